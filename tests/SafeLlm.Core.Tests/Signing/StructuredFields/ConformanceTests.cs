using System.Text.Json;

namespace SafeLlm.Tests.Signing.StructuredFields;

/// <summary>The HTTP working group's own tests of structured fields.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public void Parsing_OfEveryCase_GivesTheValueOrRefuses()
    {
        var cases = Cases("").ToList();
        Assert.Equal(1591, cases.Count);
        var wrong = new List<string>();
        foreach (var (file, one) in cases)
        {
            var name = $"{file}: {one.GetProperty("name").GetString()}";
            var raw = string.Join(", ", one.GetProperty("raw").EnumerateArray().Select(line => line.GetString()));
            var parsed = FieldValue.Parse(raw, one.GetProperty("header_type").GetString()!);
            if (Is(one, "must_fail"))
            {
                if (parsed is not null) wrong.Add($"{name}: read as {parsed.Text}");
                continue;
            }

            // A parser may be stricter where the suite says so: ours is with base64.
            if (parsed is null && Is(one, "can_fail")) continue;
            var expected = FieldValue.Expected(one.GetProperty("expected"), one.GetProperty("header_type").GetString()!);
            if (parsed?.Text != expected) wrong.Add($"{name}: {parsed?.Text ?? "refused"} in the place of {expected}");
            else if (parsed.Canonical != Canonical(one, raw)) wrong.Add($"{name}: written as {parsed.Canonical} in the place of {Canonical(one, raw)}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Serialisation_OfEveryCase_GivesTheTextOrRefuses()
    {
        var cases = Cases("serialisation-tests").ToList();
        Assert.Equal(544, cases.Count);
        var wrong = new List<string>();
        foreach (var (file, one) in cases)
        {
            var written = FieldValue.Write(one.GetProperty("expected"), one.GetProperty("header_type").GetString()!);
            var expected = Is(one, "must_fail") ? null : one.TryGetProperty("canonical", out var canonical) ? string.Join(", ", canonical.EnumerateArray()) : written;
            if (written != expected || (written is null) != Is(one, "must_fail")) wrong.Add($"{file}: {one.GetProperty("name").GetString()}: {written ?? "refused"} in the place of {expected ?? "refusal"}");
        }

        Assert.Empty(wrong);
    }

    private static IEnumerable<(string File, JsonElement Case)> Cases(string folder)
    {
        var path = SharedData.Path("data", "structured-fields", folder);
        foreach (var file in Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal))
        {
            foreach (var one in JsonElement.Parse(File.ReadAllBytes(file)).EnumerateArray()) yield return (Path.GetFileName(file), one);
        }
    }

    private static bool Is(JsonElement one, string member) => one.TryGetProperty(member, out var value) && value.GetBoolean();

    private static string Canonical(JsonElement one, string raw) =>
        one.TryGetProperty("canonical", out var canonical) ? string.Join(", ", canonical.EnumerateArray().Select(line => line.GetString())) : raw;
}
