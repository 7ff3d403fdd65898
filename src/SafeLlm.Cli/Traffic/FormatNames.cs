using SafeLlm.Formats;

namespace SafeLlm.Cli.Traffic;

/// <summary>The name of what a request speaks, whether its content can be read or not.</summary>
internal static class FormatNames
{
    public static string Of(RequestReading reading, in RequestTarget target) => reading switch
    {
        RequestReading.Call call => call.Facts.Format.Name,
        RequestReading.Passage passage => passage.Route,
        RequestReading.Malformed => WireFormats.Default.Recognise(target)?.Name ?? "unknown",
        _ => "unknown",
    };
}
