using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Ordo.Campus.Notes;

/// <summary>
/// Whether the browser of an open page can be reached. A page outlives its connection by minutes, in case the browser comes back;
/// where its person's cursor stands should not.
/// </summary>
internal sealed class BrowserLink : CircuitHandler
{
    private volatile bool _isUp = true;

    public bool IsUp => _isUp;

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _isUp = true;
        return Task.CompletedTask;
    }

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _isUp = false;
        return Task.CompletedTask;
    }
}
