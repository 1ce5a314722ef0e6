"""Tenure's models: from an export file to a keep-or-replace decision, without a screen."""
