using Microsoft.AspNetCore.Authentication;

namespace Ordo.Sync.Hub.Tests.Hosting;

internal static class HeaderAuthenticationExtensions
{
    public static AuthenticationBuilder AddHeader(this AuthenticationBuilder builder) =>
        builder.AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(HeaderAuthentication.Scheme, _ => { });
}
