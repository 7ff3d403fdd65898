using SafeLlm.Limits;

namespace SafeLlm.Dashboard;

/// <summary>A line of the table of limits.</summary>
/// <param name="Kind">What kind of scope it is: the part before its colon, <c>app</c>, or <c>sum</c> for all callers of a tier together.</param>
/// <param name="Tier">The tier that the scope's keys have; null where they have none or several.</param>
/// <param name="State">What is spent and held of which cap.</param>
internal sealed record CounterRow(string Kind, string? Tier, CounterState State)
{
    public const string Sum = "sum";

    /// <summary>How full it is; a cap of 0 is full.</summary>
    public double Share => State.Cap == 0 ? 1 : ((double)State.Spent + State.Held) / State.Cap;
}
