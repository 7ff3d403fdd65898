namespace SafeLlm.Fuzzing;

/// <summary>What can be fuzzed. A target throws where something is wrong; nothing that the bytes hold may make it.</summary>
internal static class FuzzTargets
{
    private static readonly Dictionary<string, Action<byte[]>> All = new(StringComparer.Ordinal)
    {
        ["request"] = RequestFuzz.Run,
        ["response"] = ResponseFuzz.Run,
        ["events"] = EventsFuzz.Run,
        ["fields"] = FieldsFuzz.Run,
        ["headers"] = HeadersFuzz.Run,
        ["python"] = PythonFuzz.Run,
    };

    public static IEnumerable<string> Names => All.Keys;

    public static Action<byte[]>? Find(string name) => All.GetValueOrDefault(name);
}
