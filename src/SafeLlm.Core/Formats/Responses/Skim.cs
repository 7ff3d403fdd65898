namespace SafeLlm.Formats;

/// <summary>What a member of a response means to us.</summary>
internal enum Skim
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>Input tokens.</summary>
    Input,

    /// <summary>Input tokens of one of several inputs, each counted apart: the one case in which numbers are summed.</summary>
    InputPart,

    /// <summary>Output tokens of one of several outputs, likewise.</summary>
    OutputPart,

    /// <summary>Output tokens.</summary>
    Output,

    /// <summary>Input tokens read from a cache.</summary>
    CachedInput,

    /// <summary>Input tokens written to a cache.</summary>
    CacheWrite,

    /// <summary>Of those written to a cache: tokens that are kept for an hour.</summary>
    CacheWriteLong,

    /// <summary>Reasoning tokens.</summary>
    Reasoning,

    /// <summary>Audio tokens in the input.</summary>
    AudioInput,

    /// <summary>Audio tokens in the output.</summary>
    AudioOutput,

    /// <summary>Input tokens of tools that ran at the provider, counted apart from the input (Gemini).</summary>
    ToolInput,

    /// <summary>Input tokens that are billed, where they are not those that were counted (Cohere).</summary>
    BilledInput,

    /// <summary>Output tokens that are billed, where they are not those that were counted (Cohere).</summary>
    BilledOutput,

    /// <summary>The provider's total.</summary>
    Total,

    /// <summary>The last of the numbers that answers usually have.</summary>
    LastUsual = Total,

    /// <summary>Tokens of sound in the input, in a list of counts by kind (Gemini): summed, as those that follow, where the kind says so.</summary>
    AudioInputByKind,

    /// <summary>Of those read from a cache: tokens of sound.</summary>
    CachedAudioByKind,

    /// <summary>Tokens of sound in the output.</summary>
    AudioOutputByKind,

    /// <summary>Input tokens of passes that summarised the conversation (Anthropic), which come on top.</summary>
    CompactedInput,

    /// <summary>Their output tokens.</summary>
    CompactedOutput,

    /// <summary>Their input tokens read from a cache.</summary>
    CompactedCachedInput,

    /// <summary>Their input tokens written to a cache.</summary>
    CompactedCacheWrite,

    /// <summary>Of those written to a cache: tokens that are kept for an hour.</summary>
    CompactedCacheWriteLong,

    /// <summary>Tokens written to a cache that keeps them for longer than minutes, in a list by that time (Bedrock).</summary>
    CacheWriteLongByTime,

    /// <summary>The last of the numbers that count tokens.</summary>
    LastOfTokens = CacheWriteLongByTime,

    /// <summary>Searches in the web, as the provider counts them.</summary>
    WebSearches,

    /// <summary>Items of the output that are searches in the web; as those that follow, it is summed over the whole response.</summary>
    WebSearchItems,

    /// <summary>What was searched for in the web: one item may be several searches.</summary>
    WebQueries,

    /// <summary>Items of the output that are searches in files.</summary>
    FileSearches,

    /// <summary>Items of the output that are runs of code.</summary>
    CodeRuns,

    /// <summary>Blocks of the answer in which a tool ran at the provider (Anthropic).</summary>
    ToolBlocks,

    /// <summary>The last of the numbers; those before it are merged, those after it are texts and signs.</summary>
    LastNumber = ToolBlocks,

    /// <summary>One of a list of counts by kind: its object.</summary>
    Count,

    /// <summary>What a count of such a list is of.</summary>
    CountKind,

    /// <summary>Which model's tokens a count of such a list is of.</summary>
    CountModel,

    /// <summary>The model that answered.</summary>
    Model,

    /// <summary>How the call was served.</summary>
    ServiceTier,

    /// <summary>An error's code.</summary>
    ErrorCode,

    /// <summary>An error's type, where it has no code.</summary>
    ErrorType,

    /// <summary>The code of an error where the document turns out to be one; else something of another meaning.</summary>
    CodeOfError,

    /// <summary>An error of which nothing but its presence is read.</summary>
    Error,

    /// <summary>Why a choice ended: its presence says that it did.</summary>
    Finish,

    /// <summary>A choice's object.</summary>
    Choice,

    /// <summary>Which of the choices one is.</summary>
    ChoiceIndex,

    /// <summary>How a response stands: some of its values say that it ended.</summary>
    Status,

    /// <summary>Whether a response ended: a boolean.</summary>
    Done,

    /// <summary>Something that only comes at the end of a stream.</summary>
    End,

    /// <summary>Generated text.</summary>
    Text,

    /// <summary>What the model thought, which some services write twice: this and <see cref="ThoughtAgain"/>. The first of the two that comes counts.</summary>
    Thought,

    /// <summary>The same under its other name.</summary>
    ThoughtAgain,

    /// <summary>The name of something that the provider keeps beyond the call.</summary>
    Id,

    /// <summary>What an item of the output is (Responses): some are uses of tools that the provider charges for.</summary>
    ItemType,

    /// <summary>What a block of the answer is (Anthropic).</summary>
    BlockType,

    /// <summary>Something that was searched for in the web.</summary>
    WebQuery,

    /// <summary>A document inside this one, as base64 (Bedrock's chunks).</summary>
    Nested,
}
