namespace SafeLlm.Tokens;

/// <summary>What the splitting rules of the encodings tell apart, as bits so that a set is one test.</summary>
[Flags]
internal enum CharClass : byte
{
    /// <summary>All else: punctuation, symbols, controls, and whatever lies beyond the basic plane.</summary>
    Other = 1,

    /// <summary>Upper and title case (Lu, Lt).</summary>
    Upper = 2,

    /// <summary>Lower case (Ll).</summary>
    Lower = 4,

    /// <summary>Letters without case (Lm, Lo).</summary>
    Uncased = 8,

    /// <summary>Marks (Mn, Mc, Me).</summary>
    Mark = 16,

    /// <summary>Numbers (Nd, Nl, No).</summary>
    Number = 32,

    /// <summary>White space but for line breaks.</summary>
    Space = 64,

    /// <summary>CR and LF.</summary>
    LineBreak = 128,

    /// <summary>\p{L}</summary>
    Letter = Upper | Lower | Uncased,

    /// <summary>[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]</summary>
    UpperRun = Upper | Uncased | Mark,

    /// <summary>[\p{Ll}\p{Lm}\p{Lo}\p{M}]</summary>
    LowerRun = Lower | Uncased | Mark,

    /// <summary>[^\s\p{L}\p{N}]</summary>
    Symbol = Other | Mark,

    /// <summary>[^\r\n\p{L}\p{N}]</summary>
    Prefix = Other | Mark | Space,

    /// <summary>\s</summary>
    WhiteSpace = Space | LineBreak,
}
