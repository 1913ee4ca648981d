/** How a machine of ours is offered on an integration. Money in minor units. */
export interface Listing {
  integrationId: number;
  machineId: number;
  machineNo: string;
  /** False: the machine does not exist on this channel. */
  offered: boolean;
  /** Of what lay in a slot when it was last filled, rounded up in units; 0 to 100. */
  heldBackPercent: number;
  /** For every slot of the machine; null: each slot's own. */
  priceCents: number | null;
  slots: SlotListing[];
}

/** What is otherwise for one slot; null: as for the machine. */
export interface SlotListing {
  slotName: string;
  offered: boolean;
  heldBackPercent: number | null;
  priceCents: number | null;
}
