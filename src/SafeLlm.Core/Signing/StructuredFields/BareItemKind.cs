namespace SafeLlm.Signing.StructuredFields;

/// <summary>The types of bare items (RFC 9651 §3.3).</summary>
internal enum BareItemKind
{
    None = 0,
    Integer,
    Decimal,
    String,
    Token,
    ByteSequence,
    Boolean,
    Date,
    DisplayString,
}
