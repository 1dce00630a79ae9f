using System.Security.Claims;
using Ordo.Sync.AspNetCore.Authorization;

namespace Ordo.Hub;

/// <summary>
/// Reads rights out of the caller's token: each value of the claim is <c>rights:scope</c>, the rights letters of <c>r</c>ead,
/// <c>w</c>rite, <c>a</c>pprove, re<c>l</c>ay and ad<c>m</c>inister, the scope a name or the beginning of one before a <c>*</c>:
/// <c>rw:course/AAA-2013J</c>, <c>rwa:course/*</c>, <c>rwl:*</c> for a hub below this one.
/// </summary>
internal sealed class ClaimAuthorizer(HubSettings settings) : IScopeAuthorizer
{
    private const ScopeRights All = ScopeRights.Read | ScopeRights.Write | ScopeRights.Approve | ScopeRights.Relay;

    public ValueTask<ScopeRights> AuthorizeAsync(
        ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default)
    {
        if (settings.Callers.AllowAnonymous)
        {
            return new(All);
        }

        ScopeRights rights = ScopeRights.None;
        foreach (Claim claim in principal.FindAll(settings.Callers.RightsClaim))
        {
            int colon = claim.Value.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && Matches(claim.Value.AsSpan(colon + 1), scope))
            {
                rights |= Read(claim.Value.AsSpan(0, colon));
            }
        }

        return new(rights);
    }

    private static bool Matches(ReadOnlySpan<char> pattern, string scope) =>
        pattern.EndsWith("*") ? scope.AsSpan().StartsWith(pattern[..^1]) : pattern.SequenceEqual(scope);

    // A letter that means nothing gives nothing.
    private static ScopeRights Read(ReadOnlySpan<char> letters)
    {
        ScopeRights rights = ScopeRights.None;
        foreach (char letter in letters)
        {
            rights |= letter switch
            {
                'r' => ScopeRights.Read,
                'w' => ScopeRights.Write,
                'a' => ScopeRights.Approve,
                'l' => ScopeRights.Relay,
                'm' => ScopeRights.Administer,
                _ => ScopeRights.None,
            };
        }

        return rights;
    }
}
