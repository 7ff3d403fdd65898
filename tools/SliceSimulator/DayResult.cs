namespace SliceSimulator;

/// <summary>What a day came to.</summary>
/// <param name="Overspent">Calls above the budget.</param>
/// <param name="RefusedThoughFree">Calls that were refused in one region while another had some left of its slice.</param>
/// <param name="Unused">What was leased and never used.</param>
/// <param name="ParentOperations">How often the parent was asked: what a slice saves.</param>
internal sealed record DayResult(int Overspent, int RefusedThoughFree, int Unused, int ParentOperations);
