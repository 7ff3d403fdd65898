namespace SafeLlm.Redis;

/// <summary>The script behind every operation of a ledger.</summary>
internal static class LedgerScript
{
    /// <summary>Its text; the server keeps it by its hash.</summary>
    public static string Text { get; } = Read("ledger.lua");

    private static string Read(string name)
    {
        using var stream = typeof(LedgerScript).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
