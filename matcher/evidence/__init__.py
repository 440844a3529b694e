"""Defending an answer: verification, prices, bottlenecks, fairness and explanations."""
