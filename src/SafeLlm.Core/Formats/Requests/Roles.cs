using System.Text.Json;

namespace SafeLlm.Formats;

/// <summary>The names that wire formats give to who speaks.</summary>
internal static class Roles
{
    public static PromptRole Of(in Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("user"u8) || reader.ValueTextEquals("USER"u8) || reader.ValueTextEquals("User"u8)) return PromptRole.User;
        if (reader.ValueTextEquals("assistant"u8) || reader.ValueTextEquals("model"u8) || reader.ValueTextEquals("CHATBOT"u8) || reader.ValueTextEquals("Chatbot"u8)) return PromptRole.Assistant;
        if (reader.ValueTextEquals("system"u8) || reader.ValueTextEquals("SYSTEM"u8)) return PromptRole.System;
        if (reader.ValueTextEquals("developer"u8)) return PromptRole.Developer;
        if (reader.ValueTextEquals("tool"u8) || reader.ValueTextEquals("function"u8) || reader.ValueTextEquals("TOOL"u8)) return PromptRole.Tool;
        return PromptRole.Other;
    }
}
