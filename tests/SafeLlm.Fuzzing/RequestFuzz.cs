using System.Buffers;
using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Fuzzing;

/// <summary>
/// Reads a request, edits it and reads it again. First byte: the route; second: the edit; the rest is the body.
/// </summary>
internal static class RequestFuzz
{
    public static void Run(byte[] input)
    {
        if (input.Length < 2) return;
        var target = Routes.Pick(input[0]);
        var body = input.AsMemory(2);
        var fault = StrictJson.Check(body.Span);
        if (fault is null) Parse(body);
        if (WireFormats.Default.Read(target, body) is not RequestReading.Call { Facts: var facts }) return;
        Parse(body);
        WriteParts(facts);
        Edit(target, facts, new RequestEdit(input[1], AskForUsage: (input[1] & 1) != 0), isStrict: fault is null);
    }

    private static void Edit(in RequestTarget target, CallFacts facts, RequestEdit edit, bool isStrict)
    {
        var edited = facts.Format.Edit(facts, edit);
        FuzzFailedException.Unless(WireFormats.Default.Read(target, edited) is RequestReading.Call, "An edited request cannot be read.");
        var again = ((RequestReading.Call)WireFormats.Default.Read(target, edited)).Facts;
        if (facts.TakesBound) FuzzFailedException.Unless(again.Bound.TokensPerChoice <= edit.TokensPerChoice, "A bound was not lowered or put in.");
        if (edit.AskForUsage && facts.IsStreaming) FuzzFailedException.Unless(again.AsksForUsage || facts.Format.CreateUsageFilter() is null, "Usage is not asked for.");
        FuzzFailedException.Unless(facts.Parts.Select(part => Convert.ToHexString(facts.Raw(part))).SequenceEqual(again.Parts.Select(part => Convert.ToHexString(again.Raw(part)))), "An edit changed the prompt.");
        FuzzFailedException.Unless(again.Format.Edit(again, edit).Equals(edited), "An edit is not stable.");
        if (isStrict) FuzzFailedException.Unless(StrictJson.Check(edited.Span) is null, "An edit made a sound document unsound.");
    }

    private static void WriteParts(CallFacts facts)
    {
        var text = new ArrayBufferWriter<byte>();
        foreach (var part in facts.Parts) facts.WriteText(part, text);
    }

    // What we take for JSON, the framework must too.
    private static void Parse(ReadOnlyMemory<byte> body) => JsonDocument.Parse(body).Dispose();
}
