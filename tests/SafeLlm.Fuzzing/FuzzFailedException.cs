namespace SafeLlm.Fuzzing;

/// <summary>Something that must hold for every input does not.</summary>
internal sealed class FuzzFailedException(string message) : Exception(message)
{
    public static void Unless(bool holds, string what)
    {
        if (!holds) throw new FuzzFailedException(what);
    }
}
