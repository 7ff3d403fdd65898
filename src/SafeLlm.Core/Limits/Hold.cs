namespace SafeLlm.Limits;

/// <summary>An amount set aside for one attempt under way.</summary>
/// <param name="Id">Names the hold: the operation's id.</param>
/// <param name="Amounts">What is set aside.</param>
/// <param name="TakenAt">The instant its amounts belong to, in every window.</param>
/// <param name="LeaseEnds">When it is closed if nobody does so before.</param>
public sealed record Hold(string Id, Amounts Amounts, DateTimeOffset TakenAt, DateTimeOffset LeaseEnds);
