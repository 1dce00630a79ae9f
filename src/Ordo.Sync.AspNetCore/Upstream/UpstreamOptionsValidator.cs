using Microsoft.Extensions.Options;

namespace Ordo.Sync.AspNetCore.Upstream;

/// <summary>Checks the options when the host starts.</summary>
internal sealed class UpstreamOptionsValidator : IValidateOptions<UpstreamOptions>
{
    public ValidateOptionsResult Validate(string? name, UpstreamOptions options) =>
        options.WhyNotValid() is { } why ? ValidateOptionsResult.Fail(why) : ValidateOptionsResult.Success;
}
