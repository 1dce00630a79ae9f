using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Ordo.Sync.Errors;

namespace Ordo.Sync.AspNetCore.Health;

/// <summary>A request under way: measured, and a span of the caller's trace.</summary>
internal sealed class HubRequest : IDisposable
{
    private readonly HubInstruments _instruments;
    private readonly HttpContext _context;
    private readonly string _operation;
    private readonly long _began;
    private readonly Activity? _activity;
    private SyncErrorCode? _error;

    public HubRequest(HubInstruments instruments, HttpContext context, string operation, long began)
    {
        _instruments = instruments;
        _context = context;
        _operation = operation;
        _began = began;
        _activity = HubTelemetry.Start(context, operation);
    }

    /// <summary>The request is refused, or has failed.</summary>
    public void Fail(SyncErrorCode code)
    {
        _error = code;
        _activity?.SetTag("error.type", code.ToString()).SetStatus(ActivityStatusCode.Error, code.ToString());
    }

    public void Dispose()
    {
        _instruments.End(_context, _operation, _began, _error);
        _activity?.Dispose();
    }
}
