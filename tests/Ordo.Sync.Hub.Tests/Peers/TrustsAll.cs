using System.Security.Claims;
using Ordo.Sync.AspNetCore.Authorization;

namespace Ordo.Sync.Hub.Tests.Peers;

/// <summary>Lets everybody do everything, to administer as well.</summary>
internal sealed class TrustsAll : IScopeAuthorizer
{
    public ValueTask<ScopeRights> AuthorizeAsync(ClaimsPrincipal user, string scope, CancellationToken cancellationToken = default) =>
        new(ScopeRights.Read | ScopeRights.Write | ScopeRights.Approve | ScopeRights.Administer);
}
