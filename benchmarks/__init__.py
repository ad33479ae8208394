"""Measurements that are run by hand and written down; nothing here is part of the program."""
