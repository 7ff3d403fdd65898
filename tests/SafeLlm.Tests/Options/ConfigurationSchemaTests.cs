using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace SafeLlm.Tests.Options;

/// <summary>The schema that editors complete from, and the reader that decides, know the same fields.</summary>
public sealed class ConfigurationSchemaTests
{
    private static readonly JsonElement Client = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ConfigurationSchema.json"))).RootElement
        .GetProperty("properties").GetProperty("SafeLlmClient").GetProperty("properties");

    public static TheoryData<string> Fields => [.. Client.EnumerateObject().Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Fields))]
    public void Field_OfTheSchema_IsKnownToTheReader(string field)
    {
        var options = new SafeLlmClientOptions();
        var values = new Dictionary<string, string?>();
        Fill(field, Client.GetProperty(field), values);

        OptionsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), options);

        Assert.DoesNotContain(options.ConfigurationErrors, error => error.Contains("is no option", StringComparison.Ordinal) || error.Contains("is no part of a limit", StringComparison.Ordinal) || error.Contains("has a single value", StringComparison.Ordinal) || error.Contains("has parts", StringComparison.Ordinal));
    }

    [Fact]
    public void Options_ThatConfigurationCanSet_AreAllInTheSchema()
    {
        // What only code can give: objects with behaviour of their own.
        string[] codeOnly = ["PromptPolicy", "Catalog", "Formats", "AlertSinks"];
        var settable = typeof(SafeLlmClientOptions).GetProperties().Select(property => property.Name).Except(codeOnly, StringComparer.Ordinal);

        Assert.Empty(settable.Except(Client.EnumerateObject().Select(field => field.Name), StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("DefaultMaxOutputTokens")]
    [InlineData("DefaultMaxReasoningOutputTokens")]
    [InlineData("ReasoningFloor")]
    [InlineData("MaxAttempts")]
    [InlineData("MaxRequestBytes")]
    [InlineData("Timeout")]
    [InlineData("DrainTimeout")]
    [InlineData("RetryAfterCap")]
    [InlineData("MaxWait")]
    [InlineData("BreakAfter")]
    [InlineData("BreakFor")]
    [InlineData("OnUnbounded")]
    [InlineData("OnMissingUsage")]
    public void Default_OfTheSchema_IsTheDefaultOfTheOption(string field)
    {
        var value = typeof(SafeLlmClientOptions).GetProperty(field)!.GetValue(new SafeLlmClientOptions());

        Assert.Equal(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value}"), Client.GetProperty(field).GetProperty("default").ToString());
    }

    // A value of the right shape for each field, whether or not it means anything.
    private static void Fill(string path, JsonElement schema, Dictionary<string, string?> values)
    {
        if (schema.TryGetProperty("properties", out var members))
        {
            foreach (var member in members.EnumerateObject()) Fill($"{path}:{member.Name}", member.Value, values);
        }
        else if (schema.TryGetProperty("items", out var item))
        {
            Fill($"{path}:0", item, values);
        }
        else if (schema.TryGetProperty("additionalProperties", out _))
        {
            values[$"{path}:some"] = "other";
        }
        else
        {
            values[path] = "1";
        }
    }
}
