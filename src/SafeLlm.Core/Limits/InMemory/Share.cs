namespace SafeLlm.Limits.InMemory;

/// <summary>A hold's part at one counter: where in it the amount belongs.</summary>
internal readonly record struct Share(Counter Counter, long Slot);
