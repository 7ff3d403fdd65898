using Microsoft.Extensions.Configuration;

namespace SafeLlm.AspNetCore;

/// <summary>A configuration that the verifier was given, to be watched for changes.</summary>
internal sealed record VerifierConfiguration(IConfiguration Configuration);
