using System.Text.Json.Serialization;
using SafeLlm.Alerts;

namespace SafeLlm.Redis;

/// <summary>How records are written, without reflection.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Alert))]
[JsonSerializable(typeof(JournalLine))]
internal sealed partial class RedisJson : JsonSerializerContext;
