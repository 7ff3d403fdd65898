namespace SafeLlm.Limits;

/// <summary>One run of a calendar window: this day, this month.</summary>
/// <param name="Start">The first instant that belongs to it.</param>
/// <param name="End">The first instant that does not.</param>
public readonly record struct WindowSpan(DateTimeOffset Start, DateTimeOffset End);
