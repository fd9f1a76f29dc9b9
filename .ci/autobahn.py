# Drives the Autobahn suite under Jython: "serve LIB PORT OUT" judges a client, "judge LIB PORT OUT"
# judges a server, "report OUT" prints both verdicts and fails unless every case is clean.
import json
import os
import sys

GOOD = ('OK', 'INFORMATIONAL')
EXCLUDED = os.environ.get('AUTOBAHN_EXCLUDED', '9.*,12.*,13.*').split(',')


def run(mode, library, spec, url):
    sys.path.insert(0, library)
    from autobahntestsuite import wstest
    options = {'mode': mode, 'wsuri': url, 'debug': False, 'autobahn': True, 'framework': 'autobahn',
               'spec': None, 'outfile': None, 'key': None, 'cert': None, 'ident': None, 'webport': 0,
               'packetsize': 2048, 'rcvbufsize': None, 'testset': None, 'openhandshaketimeout': 0}
    wstest.start(options, spec)


def cases(out):
    return {'options': {'failByDrop': False}, 'outdir': out, 'cases': ['*'],
            'exclude-cases': EXCLUDED, 'exclude-agent-cases': {}}


def serve(library, port, out):
    url = 'ws://127.0.0.1:' + port
    spec = cases(out)
    spec.update({'url': url, 'webport': 0})
    run('fuzzingserver', library, spec, url)


def judge(library, port, out):
    url = 'ws://127.0.0.1:' + port
    spec = cases(out)
    spec['servers'] = [{'agent': 'antiphon', 'url': url, 'options': {'version': 18}}]
    run('fuzzingclient', library, spec, url)


def report(out):
    agents = json.load(open(os.path.join(out, 'index.json')))
    bad = 0
    for agent, results in sorted(agents.items()):
        clean = 0
        for case, verdict in sorted(results.items()):
            if verdict['behavior'] in GOOD and verdict['behaviorClose'] in GOOD:
                clean += 1
            else:
                bad += 1
                print('%s %s: behaviour %s, close %s, code %s' % (
                    agent, case, verdict['behavior'], verdict['behaviorClose'], verdict.get('remoteCloseCode')))
        strict = len([v for v in results.values() if v['behavior'] == 'OK'])
        print('%s: %d of %d cases clean in behaviour and close, %d of them strictly OK' % (
            agent, clean, len(results), strict))
    sys.exit(1 if bad or not agents else 0)


if __name__ == '__main__':
    {'serve': serve, 'judge': judge, 'report': report}[sys.argv[1]](*sys.argv[2:])
