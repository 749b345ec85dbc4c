"""Every record type there is: importing this module fills engine.TYPES."""
import data
import data_ip
import financings
import freezes
import papers
import parties
import pledges
import programmes
import receivables
import rights

ALL = (parties, rights, pledges, freezes, receivables, financings, papers, data, data_ip, programmes)
