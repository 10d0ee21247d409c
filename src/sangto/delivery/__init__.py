"""Delivery.

Owns: Outbox, Receipt, Contact, day keys, opt-outs and the only outbound adapters.
Stands on: network and below.
Never: send for a drill desk, or as anyone but the publisher.
Start reading at: services.py
"""
