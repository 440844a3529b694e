"""The attribution that every page showing these facts carries."""

ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0 (NHS England, "
    "Care Quality Commission, Office for National Statistics). Contains OS data © Crown copyright and "
    "database right; contains Royal Mail data © Royal Mail copyright and database right."
)
