using Microsoft.Extensions.Options;

namespace Ordo.Sync.Http.DependencyInjection;

/// <summary>Checks the options when the host starts.</summary>
internal sealed class HttpTransportOptionsValidator : IValidateOptions<HttpTransportOptions>
{
    public ValidateOptionsResult Validate(string? name, HttpTransportOptions options) =>
        options.WhyNotValid() is { } why ? ValidateOptionsResult.Fail(why) : ValidateOptionsResult.Success;
}
