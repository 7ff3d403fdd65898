namespace SafeLlm.Formats;

/// <summary>Who speaks in a message.</summary>
public enum PromptRole
{
    /// <summary>No message: tool declarations, schemas.</summary>
    None,

    /// <summary>The system.</summary>
    System,

    /// <summary>The developer.</summary>
    Developer,

    /// <summary>The user.</summary>
    User,

    /// <summary>The model, in a replayed turn.</summary>
    Assistant,

    /// <summary>A tool, in a replayed turn.</summary>
    Tool,

    /// <summary>A role that the format does not know.</summary>
    Other,
}
