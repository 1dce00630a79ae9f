using Microsoft.Extensions.Options;

namespace Ordo.Sync.AspNetCore;

/// <summary>Checks a hub's options of blobs when the host starts.</summary>
internal sealed class HubBlobOptionsValidator : IValidateOptions<HubBlobOptions>
{
    public ValidateOptionsResult Validate(string? name, HubBlobOptions options) => options.WhyNotValid() is { } why
        ? ValidateOptionsResult.Fail(why)
        : ValidateOptionsResult.Success;
}
