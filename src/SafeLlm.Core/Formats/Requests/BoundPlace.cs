namespace SafeLlm.Formats;

/// <summary>An output bound in a request: its value, null where that is <c>null</c> or says "no bound", and where it stands.</summary>
internal readonly record struct BoundPlace(long? Tokens, ValuePlace Place);
