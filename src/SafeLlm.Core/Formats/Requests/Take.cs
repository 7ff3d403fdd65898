namespace SafeLlm.Formats;

/// <summary>What a member of a request means to us.</summary>
internal enum Take
{
    /// <summary>Nothing by itself; what stands in it may.</summary>
    Nothing,

    /// <summary>A part of the prompt.</summary>
    Part,

    /// <summary>The model asked for.</summary>
    Model,

    /// <summary>A model that may answer in its place.</summary>
    OtherModel,

    /// <summary>A model that the one asked for may ask in its turn.</summary>
    AdvisorModel,

    /// <summary>The output bound of one choice.</summary>
    Bound,

    /// <summary>The object that an output bound is put into.</summary>
    BoundContainer,

    /// <summary>How many choices; of several such members the largest counts.</summary>
    Choices,

    /// <summary>How many tokens may be spent on thinking.</summary>
    ThinkingBudget,

    /// <summary>How the call shall be served.</summary>
    ServiceTier,

    /// <summary>A word that may multiply all prices.</summary>
    PriceFactor,

    /// <summary>Whether the answer is streamed.</summary>
    Streaming,

    /// <summary>Whether the provider works on after its answer.</summary>
    Background,

    /// <summary>The object in which usage is asked for.</summary>
    UsageContainer,

    /// <summary>Whether usage is asked for.</summary>
    IncludeUsage,

    /// <summary>Who speaks.</summary>
    Role,

    /// <summary>A discriminator: values that the format does not know make the input unknowable.</summary>
    Kind,

    /// <summary>In the object of a medium: the form that it stands there in (<c>base64</c>, <c>text</c>, <c>url</c>).</summary>
    MediumForm,

    /// <summary>In the object of a medium: its media type.</summary>
    MediaType,

    /// <summary>How closely a picture shall be looked at.</summary>
    Detail,

    /// <summary>The object of what the caller predicts of the answer.</summary>
    Prediction,

    /// <summary>What a context edit is: one that may summarise the conversation is a second pass over it.</summary>
    ContextEdit,

    /// <summary>The object that asks for a summary of the conversation.</summary>
    Compaction,

    /// <summary>Whether the object that it stands in is switched off.</summary>
    Mode,

    /// <summary>Something whose presence makes the input unknowable.</summary>
    Unknowable,
}
