namespace SafeLlm.Redis;

/// <summary>The texts of the scripts, as the assembly carries them.</summary>
internal static class ScriptText
{
    public static string Read(string name)
    {
        using var stream = typeof(ScriptText).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
