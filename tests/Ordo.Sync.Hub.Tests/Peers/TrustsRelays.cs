using System.Security.Claims;
using Ordo.Sync.AspNetCore.Authorization;

namespace Ordo.Sync.Hub.Tests.Peers;

/// <summary>Trusts whoever the endpoints let in with everything.</summary>
internal sealed class TrustsRelays : IScopeAuthorizer
{
    public ValueTask<ScopeRights> AuthorizeAsync(ClaimsPrincipal principal, string scope, CancellationToken cancellationToken) =>
        ValueTask.FromResult(ScopeRights.Read | ScopeRights.Write | ScopeRights.Approve | ScopeRights.Relay);
}
