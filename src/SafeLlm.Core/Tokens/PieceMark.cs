namespace SafeLlm.Tokens;

/// <summary>What <see cref="PieceCounter"/> notes of a place in a piece, in one byte.</summary>
internal static class PieceMark
{
    /// <summary>No token ends here in any sequence of the whole piece.</summary>
    public const byte DeadEnd = 0xFF;

    /// <summary>The longest token that a hint may give: with the hint's bit, one of 128 bytes would be a dead end.</summary>
    public const int LongestHinted = 127;

    private const byte Hinted = 0x80;

    /// <summary>A token of the present sequence ends here.</summary>
    public static byte Of(int length, bool isHinted) => (byte)((length - 1) | (isHinted ? Hinted : 0));

    /// <summary>How many bytes that token has.</summary>
    public static int LengthOf(byte mark) => (mark & ~Hinted) + 1;

    /// <summary>Whether it was tried before longer ones.</summary>
    public static bool IsHinted(byte mark) => mark >= Hinted;
}
