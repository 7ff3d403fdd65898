namespace SafeLlm.Formats;

/// <summary>What stands before a response's content.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">The media type without parameters, lower case; null where there is none.</param>
/// <param name="ContentEncoding">The content coding, lower case; null where there is none.</param>
/// <param name="Header">Gives a header's value by its lower-case name; null where it is absent.</param>
public sealed record ResponseHead(int Status, string? ContentType, string? ContentEncoding, Func<string, string?> Header);
