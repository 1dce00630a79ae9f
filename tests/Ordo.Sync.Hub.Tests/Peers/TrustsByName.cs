using System.Security.Claims;
using Ordo.Sync.AspNetCore.Authorization;

namespace Ordo.Sync.Hub.Tests.Peers;

/// <summary>Rights by name: a reader reads, a writer brings its own, a stranger may nothing.</summary>
internal sealed class TrustsByName : IScopeAuthorizer
{
    public ValueTask<ScopeRights> AuthorizeAsync(ClaimsPrincipal principal, string scope, CancellationToken cancellationToken) =>
        ValueTask.FromResult(principal.FindFirstValue(ClaimTypes.NameIdentifier) switch
        {
            "reader" => ScopeRights.Read,
            "writer" => ScopeRights.Read | ScopeRights.Write,
            "approver" => ScopeRights.Read | ScopeRights.Write | ScopeRights.Approve,
            _ => ScopeRights.None,
        });
}
