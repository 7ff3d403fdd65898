namespace SafeLlm.Accounts;

/// <summary>What a member of a request means for the provider's account.</summary>
internal enum AccountMember
{
    /// <summary>Nothing.</summary>
    Other,

    /// <summary>The id of the object that it stands in; what that is decides whether it refers to something kept.</summary>
    Id,

    /// <summary>What the object is.</summary>
    Type,

    /// <summary>Who speaks: the object is a message.</summary>
    Role,

    /// <summary>What the object is called.</summary>
    Name,

    /// <summary>Reasoning that the request brings along.</summary>
    Encrypted,

    /// <summary>What an item brings along, so that the provider need not have kept it.</summary>
    Content,

    /// <summary>The same of a call of the caller's tool, which is the caller's data.</summary>
    Arguments,

    /// <summary>The same of a picture.</summary>
    Result,

    /// <summary>The same of a search in files.</summary>
    Results,

    /// <summary>The same of a tool's call.</summary>
    Output,

    /// <summary>The same of code that was run.</summary>
    Outputs,

    /// <summary>The same of a search in the web or of a computer's use.</summary>
    Action,

    /// <summary>A list of items, of which some may stand for what is kept.</summary>
    Items,

    /// <summary>One id or a list of ids.</summary>
    Reference,

    /// <summary>Where a file is: at the provider, or anywhere.</summary>
    FileUri,

    /// <summary>An id, or an object with one.</summary>
    Holder,

    /// <summary>An object with an id.</summary>
    ObjectHolder,

    /// <summary>An object that says where in the operator's storage something is.</summary>
    Location,

    /// <summary>A place.</summary>
    Uri,

    /// <summary>Whether the answer is kept.</summary>
    Store,

    /// <summary>Whether the call goes on when it is answered.</summary>
    Background,

    /// <summary>How the call is served.</summary>
    ServiceTier,

    /// <summary>An object that says how fast the call is served.</summary>
    Performance,

    /// <summary>How fast.</summary>
    Latency,

    /// <summary>A list of tools.</summary>
    Tools,

    /// <summary>In a list of tools: one that runs at the provider, whatever else is said of it.</summary>
    HostedTool,

    /// <summary>How large the machine of a tool is.</summary>
    MemoryLimit,

    /// <summary>The most uses of all tools together.</summary>
    MostToolCalls,

    /// <summary>The most uses of the tool that it stands in.</summary>
    MostUses,

    /// <summary>A tool of the provider's that is used once a call.</summary>
    SingleTool,

    /// <summary>Tools of the provider's outside of the list of tools.</summary>
    RootTool,

    /// <summary>A search of the provider's that is paid for by the sources that it gives (xAI).</summary>
    Search,

    /// <summary>In it: whether there is one.</summary>
    SearchMode,

    /// <summary>In it: the most sources.</summary>
    MostSources,

    /// <summary>In a list of tools: one that the caller runs.</summary>
    OwnTool,

    /// <summary>What the caller's tool gave back; files may hang on it.</summary>
    FunctionResponse,

    /// <summary>In it: the caller's data.</summary>
    Response,

    /// <summary>The caller's own data, which is passed over.</summary>
    Data,
}
