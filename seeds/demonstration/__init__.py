"""The demonstration network: invented people, teams and needs on real trusts and boards.

Everything is drawn from fixed seeds and fixed dates, so that it is the same on every machine on every
day. No real body is said to have offered or asked for anything: partners are invented teams and invented
people, requests are invented needs that lean on published figures. Numbers follow PRODUCT.md section 7;
they stand in ``calibration``.
"""
