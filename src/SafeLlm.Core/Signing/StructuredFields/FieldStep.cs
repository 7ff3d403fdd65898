namespace SafeLlm.Signing.StructuredFields;

/// <summary>What a <see cref="FieldReader"/> came upon.</summary>
internal enum FieldStep
{
    /// <summary>The text breaks the grammar. The default, so that a forgotten assignment fails closed.</summary>
    Malformed = 0,

    /// <summary>One more of what was asked for.</summary>
    Next,

    /// <summary>No more of what was asked for.</summary>
    End,
}
