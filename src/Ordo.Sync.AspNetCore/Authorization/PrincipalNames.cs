using System.Security.Claims;

namespace Ordo.Sync.AspNetCore.Authorization;

/// <summary>By which name a caller's replicas are registered.</summary>
internal static class PrincipalNames
{
    /// <summary>
    /// The claim <see cref="ClaimTypes.NameIdentifier"/> or <c>sub</c>, else the name, of the first authenticated identity that has
    /// one; empty for an anonymous caller.
    /// </summary>
    public static string Of(ClaimsPrincipal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        foreach (ClaimsIdentity identity in principal.Identities)
        {
            if (!identity.IsAuthenticated)
            {
                continue;
            }

            string? name = NotEmpty(identity.FindFirst(ClaimTypes.NameIdentifier)?.Value)
                ?? NotEmpty(identity.FindFirst("sub")?.Value)
                ?? NotEmpty(identity.Name);
            if (name is not null)
            {
                return name;
            }
        }

        return string.Empty;
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
