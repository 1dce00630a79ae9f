using System.Security.Claims;

namespace Ordo.Sync.AspNetCore.Authorization;

/// <summary>Lets everybody whom the endpoints let in read, write and approve everywhere, and nobody relay.</summary>
internal sealed class AllowingAuthorizer : IScopeAuthorizer
{
    public ValueTask<ScopeRights> AuthorizeAsync(
        ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(ScopeRights.Read | ScopeRights.Write | ScopeRights.Approve);
}
