"""The web application: matching improvement experts to NHS organisations that ask for help."""
