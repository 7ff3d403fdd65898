namespace SafeLlm.Testing;

/// <summary>The list of models, as OpenAI gives it: those that the double serves.</summary>
internal static class ModelList
{
    public static bool Recognises(string path) => path.EndsWith("/models", StringComparison.Ordinal);

    public static byte[] Write(ProviderDoubleOptions options) => JsonMembers.Write(json =>
    {
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var model in options.Models)
        {
            json.WriteStartObject();
            json.WriteString("id", model.Model);
            json.WriteString("object", "model");
            json.WriteNumber("created", 0);
            json.WriteString("owned_by", model.Provider ?? "double");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
