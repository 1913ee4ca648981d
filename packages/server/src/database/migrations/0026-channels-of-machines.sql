-- Through which channels a machine sells is known without reading its orders: of each there is one to find.
create index orders_by_machine_and_channel on orders (merchant_id, machine_id, integration_id);
