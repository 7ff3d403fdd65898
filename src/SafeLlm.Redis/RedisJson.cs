using System.Text.Json.Serialization;
using SafeLlm.Alerts;

namespace SafeLlm.Redis;

/// <summary>How records are written, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Alert))]
[JsonSerializable(typeof(JournalLine))]
[JsonSerializable(typeof(LeaseLine))]
[JsonSerializable(typeof(KeyRecord))]
internal sealed partial class RedisJson : JsonSerializerContext;
